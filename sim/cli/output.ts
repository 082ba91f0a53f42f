import { EXIT_CODES } from "./exit_code.ts";

/** Prints a result, and hands back the code with which the program is to end. */
export function print(text: string, code: number = EXIT_CODES.clean): number {
  // deno-lint-ignore no-console -- the command line prints its result
  console.log(text);
  return code;
}

/** Says how far it is, or what is wrong, on the standard error. */
export function say(text: string): void {
  // deno-lint-ignore no-console -- progress and problems go to the standard error
  console.error(text);
}
