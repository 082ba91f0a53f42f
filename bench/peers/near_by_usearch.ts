/**
 * All near pairs of vectors by usearch, an approximate index: run by `search_bench.ts` as a program
 * of its own. Reads int16 vectors from a file; writes the neighbours of some of them, one line of
 * JSON each, then what it took.
 */

import usearch from "usearch";
import process from "node:process";

const [path, dimensionsText, limitText, neighboursText, sampleText] = Deno.args;
const dimensions = Number(dimensionsText);
const limit = Number(limitText);
const neighbours = Number(neighboursText);
const numbers = new Int16Array((await Deno.readFile(path!)).buffer);
const count = numbers.length / dimensions;
const every = Math.max(1, Math.floor(count / Number(sampleText)));
const vectors = Float32Array.from(numbers, (value) => value / 32767);

const before = process.cpuUsage();
const metric = usearch.MetricKind.L2sq;
const index = new usearch.Index({ dimensions, metric, quantization: usearch.ScalarKind.F32 });
for (let start = 0; start < count; start += 1000) {
  const end = Math.min(count, start + 1000);
  const keys = BigUint64Array.from({ length: end - start }, (_, at) => BigInt(start + at));
  index.add(keys, vectors.subarray(start * dimensions, end * dimensions), 1);
}
const built = process.cpuUsage(before);
const lines: string[] = [];
for (let slot = 0; slot < count; slot += 1) {
  const asked = vectors.subarray(slot * dimensions, (slot + 1) * dimensions);
  const { distances, keys } = index.search(asked, neighbours, 1);
  if (slot % every !== 0) continue;
  const near = [...keys].map(Number).filter((_, at) => distances[at]! <= limit);
  lines.push(JSON.stringify([slot, near]));
}
const spent = process.cpuUsage(before);
const cpuMs = (spent.user + spent.system) / 1000;
const buildMs = (built.user + built.system) / 1000;
lines.push(JSON.stringify({ cpuMs, buildMs }));
await Deno.stdout.write(new TextEncoder().encode(lines.join("\n")));
