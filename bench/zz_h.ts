import { createHash } from "node:crypto";
const b=new Uint8Array(256*1024); for (const n of ["blake2b512","sha256","sha1"]) {const h=createHash(n);let t=performance.now();for(let i=0;i<2000;i++)h.update(b);h.digest("base64");console.log(n,(2000*262144/1e6)/(performance.now()-t),"GB/s");}
const c=new Uint8Array(100*1024); let t=performance.now(); for(let i=0;i<5000;i++){const h=createHash("blake2b512");h.update(c);h.digest("base64");} console.log("small",(5000*102400/1e6)/(performance.now()-t));
