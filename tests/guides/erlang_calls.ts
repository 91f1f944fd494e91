/**
 * The calls of N2O on Erlang that the guide to migrate has to name: what its modules export for applications, as of N2O 13.4.15 and NITRO
 * of 2026-04.
 *
 * @module
 */

/** By module. */
export const erlangCalls: Readonly<Record<string, string>> = {
  n2o:
    "reg unreg send session user sid pickle depickle encode decode cache invalidate_cache to_binary start_ws start_tcp start_mqtt start stop version",
  n2o_proto: "protocols info push stream init finish terminate",
  n2o_session: "authenticate get_value set_value clear delete invalidate_sessions ttl prolongate",
  n2o_secret: "pickle depickle sid",
  n2o_bert: "encode",
  n2o_json: "encode",
  n2o_cowboy: "path params peer cookies headers reply points",
  nitro:
    "q qc update insert_top insert_bottom insert_before insert_after insert_adjacent clear remove wire actions redirect display show hide style setAttr cookie cookies render state pickle depickle authenticate prolongate hte html_encode jse js_escape f to_list to_binary to_atom atom coalesce compact temp_id script unique_integer num meg rev",
};

/** Modules that are named as a whole. */
export const erlangModules: readonly string[] = [
  "n2o_heart",
  "n2o_ftp",
  "n2o_gproc",
  "n2o_syn",
  "n2o_pi",
  "nitro_pi",
  "n2o_ring",
  "n2o_ws",
  "n2o_mqtt",
  "n2o_xml",
  "n2o_multipart",
  "kvs",
  "bpe",
  "rest",
];
