/** SHA-256 by Node's own crypto: WebCrypto takes 10 ms to wake up, which a command would wait for. */
import { createHash } from "node:crypto";

/** Lower-case hexadecimal, 64 characters. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return createHash("sha256").update(bytes).digest("hex");
}
