/**
 * Settings that a reload takes over, and those that wait for the next start.
 *
 * @module
 */
import { settingList, type SettingName, type Settings } from "./settings.ts";

const LIVE: readonly SettingName[] = ["order", "static", "headers", "protocolsFolder"];

/** The settings that are others than at the start and count from the next one on. */
export function laterSettings(now: Settings, first: Settings): readonly SettingName[] {
  return settingList.map(([name]) => name).filter((name) =>
    !LIVE.includes(name) && JSON.stringify(now[name]) !== JSON.stringify(first[name])
  );
}
