// `npm run monitoring:render [-- FOLDER]`: writes Alertmanager's configuration with its secrets, for its account alone.
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TEMPLATE = path.join(ROOT, "config/monitoring/alertmanager/alertmanager.yml");
const FOLDER = path.join(ROOT, "config/monitoring/alertmanager/rendered");
const WEBHOOK = "/api/alertmanager/webhook";
/** By which a file of ours is known: nobody's own configuration is overwritten. */
const MARK = "# Written by npm run monitoring:render: changes made here are lost with the next one.";

if (existsSync(path.join(ROOT, ".env"))) process.loadEnvFile(path.join(ROOT, ".env"));

const isOrigin = (text) => /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).pathname === "/";
const isChat = (text) => /^-?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));

/** Each may also come as NAME_FILE. `rule` ends the sentence "NAME …" and never repeats the value. */
const VARIABLES = {
  TELEGRAM_BOT_TOKEN: {
    fits: (text) => /^\d{5,20}:[A-Za-z0-9_-]{30,100}$/.test(text),
    rule: "must be a bot's token as @BotFather tells it: a number, a colon, 35 letters and digits",
  },
  ADMIN_CHAT_ID: {
    fits: isChat,
    rule: "must be a number: positive for a person, negative for a group (of channels, -100 and ten digits)",
  },
  TELEGRAM_API_URL: {
    fits: isOrigin,
    rule: "must be an http:// or https:// address without a path",
    else: "https://api.telegram.org",
  },
  DOZOR_URL: {
    fits: isOrigin,
    rule: "must be an http:// or https:// address without a path",
    else: `http://127.0.0.1:${process.env.PORT || 3000}`,
  },
  DOZOR_API_TOKEN: {
    fits: (text) => /^dzr_[A-Za-z0-9_-]+$/.test(text),
    rule: "must be an API token of Dozor, which begins with dzr_",
    else: "",
  },
};

/** One line for each variable that is not right. */
const problems = [];
const fail = (message) => {
  problems.push(message);
  return "";
};

function given(name) {
  const file = process.env[`${name}_FILE`];
  const value = process.env[name];
  if (file && value) return fail(`${name} is given twice: keep ${name} or ${name}_FILE`);
  if (!file) return value;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    return fail(`${name}_FILE names a file that cannot be read (${error.code})`);
  }
}

function checked(name) {
  const known = problems.length;
  const value = given(name);
  if (problems.length > known) return "";
  const { fits, rule, else: otherwise } = VARIABLES[name];
  if (!value && otherwise && !fits(otherwise)) return fail(`PORT must be a port's number, or ${name} be given`);
  if (!value) return otherwise ?? fail(`${name} is missing; it ${rule}`);
  return fits(value) ? value : fail(`${name} ${rule}`);
}

/** The template with its values; strings as JSON, which YAML reads as they are. */
function render(template, values) {
  const lines = template
    .split("\n")
    .filter((line) => !line.startsWith("# ") && (values.DOZOR_API_TOKEN || !line.endsWith("# feed")))
    .map((line) => line.replace(/ # feed$/, "").replace(/\$\{(\w+)\}/g, (_, name) => JSON.stringify(values[name])));
  return [MARK, ...lines].join("\n");
}

/** Never half there, never readable for others; of the owner that it had. */
function writeSecret(file, text) {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode: 0o600, flag: "wx" });
  if (existsSync(file)) {
    const { uid, gid } = statSync(file);
    const made = statSync(fresh);
    if (made.uid !== uid || made.gid !== gid) chownSync(fresh, uid, gid);
  }
  renameSync(fresh, file);
}

/** @returns the files that were written */
function write(folder, values) {
  const config = path.join(folder, "alertmanager.yml");
  if (existsSync(config) && !readFileSync(config, "utf8").startsWith(MARK))
    throw new Error(`${config} was written by somebody else. Move it away, then run this again.`);
  mkdirSync(folder, { recursive: true });
  const token = path.join(folder, "dozor-alerts.token");
  if (values.DOZOR_API_TOKEN) writeSecret(token, `${values.DOZOR_API_TOKEN}\n`);
  writeSecret(config, render(readFileSync(TEMPLATE, "utf8"), values));
  return values.DOZOR_API_TOKEN ? [config, token] : [config];
}

function main() {
  const [folder = FOLDER, ...strange] = process.argv.slice(2);
  if (strange.length > 0 || folder.startsWith("-")) fail("Usage: npm run monitoring:render [-- FOLDER]");
  const values = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, checked(name)]));
  if (problems.length > 0) throw new Error(`Nothing was written:\n${problems.map((line) => `  ${line}`).join("\n")}`);
  const files = write(path.resolve(folder), {
    ...values,
    ADMIN_CHAT_ID: Number(values.ADMIN_CHAT_ID),
    TELEGRAM_API_URL: new URL(values.TELEGRAM_API_URL).origin,
    DOZOR_URL: new URL(WEBHOOK, values.DOZOR_URL).href,
  });
  console.log(`Written, with secrets that only their owner may read:\n${files.map((file) => `  ${file}`).join("\n")}`);
  console.log(
    "Alertmanager's account must own them (Debian: prometheus, its container: nobody); the next run keeps the owner.",
  );
  if (!values.DOZOR_API_TOKEN)
    console.log(
      "Alerts go to Telegram alone: for Dozor's feed, give DOZOR_API_TOKEN, an API token of scope alerts:write.",
    );
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
