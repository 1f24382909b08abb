import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'

/**
 * This machine as it runs now, for whoever asks later whether a process of it still lives. Its name alone does not tell:
 * laptops called `MacBook-Pro.local` and a CI's runners share theirs, and process ids mean nothing from one to the other.
 */
export const machine = (): string => [hostname(), ...marks()].join(' ')

/** On Linux this boot, and the world of processes, of which a container has its own; elsewhere the network cards. */
const marks = (): string[] => {
  try {
    return [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')]
  } catch {
    const cards = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
    return [...new Set(cards.filter(({ internal }) => !internal).map(({ mac }) => mac))].sort()
  }
}
