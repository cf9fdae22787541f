// Draws a print on a canvas, in the colours and the font of the page, and hands it to the browser as a PNG file.
// Paths and texts go to the canvas as they are: no picture is loaded, so nothing is asked for and no policy is in the way.
import { download } from "./csv";
import type { HatchShape, Measure, PathShape, Print, TextShape } from "./print-parts";

/** Pixels of the file per pixel of the print: sharp on fine screens. */
const SCALE = 2;

/**
 * @param print lays the picture out, when it is known how wide texts are
 * @throws when the browser gives no canvas or no file
 */
export async function downloadPng(name: string, printed: (measure: Measure) => Print): Promise<void> {
  const style = getComputedStyle(document.documentElement);
  const family = getComputedStyle(document.body).fontFamily;
  await Promise.all([400, 500, 600].map((weight) => document.fonts.load(`${weight} 12px ${family}`)));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures");
  const pen = new Pen(context, style, family);
  const print = printed(pen.measure);
  canvas.width = print.width * SCALE;
  canvas.height = print.height * SCALE;
  pen.draw(print);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("This browser made no picture");
  download(name, blob);
}

class Pen {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly style: CSSStyleDeclaration,
    private readonly family: string,
  ) {}

  readonly measure: Measure = (text, font) => {
    this.context.font = this.font(font);
    return this.context.measureText(text).width;
  };

  draw({ width, height, background, shapes }: Print): void {
    const { context } = this;
    context.scale(SCALE, SCALE);
    context.fillStyle = this.resolved(background);
    context.fillRect(0, 0, width, height);
    for (const shape of shapes) {
      context.save();
      if (shape.kind === "path") this.path(shape);
      else if (shape.kind === "text") this.text(shape, background);
      else this.hatch(shape);
      context.restore();
    }
  }

  private path({ d, fill, stroke, lineWidth = 1, dash = [], opacity = 1, clip }: PathShape): void {
    const { context } = this;
    const path = new Path2D(d);
    if (clip) {
      context.beginPath();
      context.rect(clip.x, clip.y, clip.width, clip.height);
      context.clip();
    }
    context.globalAlpha = Number(this.resolved(String(opacity)));
    if (fill !== undefined) {
      context.fillStyle = this.resolved(fill);
      context.fill(path);
    }
    if (stroke === undefined) return;
    Object.assign(context, { strokeStyle: this.resolved(stroke), lineWidth, lineJoin: "round", lineCap: "butt" });
    context.setLineDash([...dash]);
    context.stroke(path);
  }

  private text({ text, x, y, color, anchor, halo, ...font }: TextShape, background: string): void {
    const { context } = this;
    context.font = this.font(font);
    context.textAlign = anchor === "middle" ? "center" : anchor;
    if (halo) {
      Object.assign(context, { strokeStyle: this.resolved(background), lineWidth: 3, lineJoin: "round" });
      context.strokeText(text, x, y);
    }
    context.fillStyle = this.resolved(color);
    context.fillText(text, x, y);
  }

  private hatch({ area: { x, y, width, height } }: HatchShape): void {
    const { context } = this;
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    Object.assign(context, { strokeStyle: this.resolved("var(--chart-gap)"), lineWidth: 2.5 });
    context.beginPath();
    for (let at = x - height; at < x + width; at += 7) {
      context.moveTo(at, y + height);
      context.lineTo(at + height, y);
    }
    context.stroke();
  }

  private font({ size, weight }: Pick<TextShape, "size" | "weight">): string {
    return `${weight} ${size}px ${this.family}`;
  }

  /** A colour or number with the tokens' values of the theme in the place of their names. */
  private resolved(css: string): string {
    return css.replace(/var\((--[\w-]+)\)/g, (_, name: string) => this.style.getPropertyValue(name).trim());
  }
}
