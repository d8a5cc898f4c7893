/**
 * Names this build of the host: a hash of its code, which `npm run build` writes in place of this file. What one build computes
 * (metered engines, images) is for that build only. From the sources there is none, and `hostVersion` computes it.
 */
export const BUILD_ID: string | undefined = undefined;
