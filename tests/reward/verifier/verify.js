// verify.js FILE: somebody else's BIP-322 verifier over a list of proofs.  Prints one JSON list: for
// each [accepted, accepted with another text, accepted with another proof].
const { readFileSync } = require("fs");
const { Verifier } = require("bip322-js");

const accepts = (row, text, proof) => {
	try {
		return Verifier.verifySignature(row.address, text, proof);
	} catch {
		return false;
	}
};
// bip322-js 3.0.0 is older than the prefix "smp" of BIP-322 1.0.0.
const rows = JSON.parse(readFileSync(process.argv[2])).map((row) => ({ ...row, proof: row.proof.replace(/^smp/, "") }));
const flip = (proof) => proof.slice(0, 40) + (proof[40] === "A" ? "B" : "A") + proof.slice(41);
console.log(JSON.stringify(rows.map((row) =>
	[accepts(row, row.text, row.proof), accepts(row, row.text + " ", row.proof), accepts(row, row.text, flip(row.proof))])));
