/**
 * The checker of certificates: says whether a plan keeps its promises, without any code of the
 * planner that made it.
 *
 * @module
 */

export {
  type CertificateProblem,
  type CertificateProblemCode,
  type ProblemPlace,
} from "./certificate_problem.ts";
export { checkCertificate } from "./check_certificate.ts";
export { type LibraryView } from "./examined_plan.ts";
