/**
 * Certificates for tests.
 *
 * @module
 */

/** A certificate for `localhost`, signed by itself, with its key; `undefined` where there is no openssl. */
export async function certificate(): Promise<{ cert: string; key: string } | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    const { success } = await new Deno.Command("openssl", {
      args: "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        .concat(" -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE")
        .concat(` -keyout ${folder}/key.pem -out ${folder}/cert.pem`).split(" "),
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) return undefined;
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
