/**
 * Certificates for tests.
 *
 * @module
 */
import type { Certificate } from "@n2o/n2o";

/** A certificate for `localhost`, signed by itself, with its key of that curve; `undefined` where there is no openssl. */
export async function certificate(curve = "P-256"): Promise<Certificate | undefined> {
  return await inFolder(async (folder) => {
    await openssl(
      folder,
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:${curve} -nodes -days 2 -subj /CN=localhost`
        .concat(" -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE")
        .concat(" -keyout key.pem -out cert.pem"),
    );
  });
}

/** The same, valid between two times, in milliseconds from now. */
export async function certificateOf(fromMs: number, toMs: number): Promise<Certificate | undefined> {
  return await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/index.txt`, "");
    await Deno.writeTextFile(`${folder}/ca.cnf`, AUTHORITY);
    await openssl(
      folder,
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem",
    );
    await openssl(
      folder,
      "ca -batch -notext -selfsign -create_serial -config ca.cnf -keyfile key.pem -in csr.pem -out cert.pem"
        .concat(` -startdate ${timeOf(fromMs)} -enddate ${timeOf(toMs)}`),
    );
  });
}

const AUTHORITY = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = DNS:localhost
basicConstraints = critical,CA:FALSE
`;

/** So many milliseconds from now, as openssl takes it: `20261125180000Z`. */
function timeOf(fromNowMs: number): string {
  return new Date(Date.now() + fromNowMs).toISOString().replace(/\..*|[-:T]/g, "") + "Z";
}

async function openssl(cwd: string, args: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: args.split(" "), cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function inFolder(make: (folder: string) => Promise<void>): Promise<Certificate | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    await make(folder);
    const [cert, key] = await Promise.all(
      ["cert", "key"].map((name) => Deno.readTextFile(`${folder}/${name}.pem`)),
    );
    return { cert, key };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
