/**
 * Settings that a reload takes over, and those that wait for the next start.
 *
 * @module
 */
import { settingList, type SettingName, type Settings } from "./settings.ts";

const LIVE: readonly SettingName[] = ["order", "static", "headers", "protocolsFolder"];
/** Those that it takes over where there were such at the start. */
const LIVE_IF_ANY: readonly SettingName[] = ["tlsCert", "tlsKey"];

/** The settings that are others than at the start and count from the next one on. */
export function laterSettings(now: Settings, first: Settings): readonly SettingName[] {
  const isLive = (name: SettingName) =>
    LIVE.includes(name) ||
    (LIVE_IF_ANY.includes(name) && now[name] !== undefined && first[name] !== undefined);
  return settingList.map(([name]) => name).filter((name) =>
    !isLive(name) && JSON.stringify(now[name]) !== JSON.stringify(first[name])
  );
}
