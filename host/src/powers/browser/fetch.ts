/** Fetches bytes from a server that is not trusted: what arrives is bounded while it arrives. Credentials stay within the page's own origin. */
import { PluginError } from "../../errors.ts";

/** @throws PluginError `unavailable` when there is no answer or no good one, `transfer-limit` above `maxBytes` */
export async function fetchBytes(url: URL, maxBytes: number): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause) => {
    throw new PluginError("unavailable", `Cannot fetch ${url.href}`, {
      cause,
      hint: "Is the server reachable, and does the page's Content-Security-Policy allow it in connect-src?",
    });
  });
  if (!response.ok || response.body === null) {
    throw new PluginError("unavailable", `Cannot fetch ${url.href}: the server answered ${response.status}`);
  }
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new PluginError("unavailable", `Cannot fetch ${url.href}: the connection broke off`, { cause });
    });
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new PluginError("transfer-limit", `${url.href} has more than ${maxBytes} bytes`);
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
