/** What the host needs to know of the page or Web Worker that it runs in. */
import { PluginError } from "../../errors.ts";

/** @throws PluginError `unavailable` where the browser withholds what the host needs */
export function checkPage(): void {
  if (globalThis.crypto?.subtle !== undefined) return;
  throw new PluginError("unavailable", "This page has no WebCrypto, without which engines cannot be checked", {
    hint: "Browsers offer it in secure contexts only: serve the page over https, or from localhost.",
  });
}

/** The address that relative addresses begin at. In a worker it is that of its script. */
export function pageAddress(): string {
  return typeof document === "undefined" ? location.href : document.baseURI;
}
