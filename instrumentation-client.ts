// Runs before the first component: dialogs lock scrolling with a style element, whose library looks for its nonce here.
const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
Object.assign(globalThis, { __webpack_nonce__: nonce });
