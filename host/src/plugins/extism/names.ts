/** What an Extism plug-in is known by, for those that do not run it: the rest is loaded when one is there. */

/** The module that its imports name. */
export const EXTISM_ENV = "extism:host/env";

/** The code of an Extism plug-in is its core module; this names what it has to fit. */
export const EXTISM_ABI: string = EXTISM_ENV;
