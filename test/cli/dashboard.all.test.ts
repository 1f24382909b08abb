import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { quoted } from '../../src/cli/commandLine.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { localPlace, onFreePort, type Place } from '../acceptance/place.ts'
import { openStand, type Stand, sqlite } from '../operations/stand.ts'
import { missingTmux, openTerminal, type Terminal } from './tmux.ts'

const STORYARCH = [process.execPath, resolve('bin/storyarch.js')].map(quoted).join(' ')

const nowSeconds = () => Math.floor(Date.now() / 1000)

describe.skipIf(missingTmux)(missingTmux ?? 'the dashboard in a real terminal', () => {
  let emulator: Awaited<ReturnType<typeof freshAws>>
  let stand: Stand
  let terminal: Terminal
  beforeEach(async () => {
    emulator = await freshAws()
    stand = await openStand(emulator.endpoint, { functions: true })
  })
  afterEach(async () => {
    terminal.close()
    await stand.close()
    await emulator.close()
  })

  const open = async (columns: number, rows: number): Promise<void> => {
    terminal = openTerminal({ columns, rows }, stand.folder, stand.env)
    terminal.enter('stty -g > before; echo left"-"behind')
    await terminal.shows('left-behind')
    terminal.enter(`${STORYARCH} status --watch; echo ended with $?`)
    await terminal.shows('ASLEEP')
  }

  /** The screen, the cursor and the line discipline are as they were. */
  const isAsFound = async (code: number): Promise<void> => {
    const screen = await terminal.shows(`ended with ${code}`)
    expect(screen).toContain('left-behind')
    expect(screen).not.toContain('w wake')
    expect([terminal.asks('alternate_on'), terminal.asks('cursor_flag')]).toEqual(['0', '1'])
    terminal.enter('stty -g | cmp - before && echo the-same"-"terminal')
    await terminal.shows('the-same-terminal')
  }

  test('a task wakes, lives and stops under its keys', async () => {
    await open(80, 40)
    expect(terminal.asks('alternate_on')).toBe('1')
    await terminal.shows('w wake   p ping   s stop   l logs   q quit')
    terminal.press('w')
    await terminal.shows('STARTING')
    await terminal.shows(/schedule \d.* …/)
    const started_at = Number((await stand.item())['started_at']?.N)
    const timings = { schedule: 1000, pull: 2000, database: 300, app: 700 }
    await stand.put({
      state: 'READY',
      started_at,
      ready_at: started_at + 4,
      url: 'http://127.0.0.1:9',
      timings,
    })
    await terminal.shows(/READY {2}stops in \d/)
    await terminal.shows('cold start 4.0 s: schedule 1.0 s, pull 2.0 s, database 0.3 s, app 0.7 s')
    await stand.put({ expires_at: nowSeconds() + 30 })
    await terminal.shows(/stops in [12]\d s/)
    terminal.press('p')
    await terminal.shows(/stops in [45] min/)
    await stand.log('task', 'task/app/1', [Date.now(), 'hello from the app'])
    terminal.press('l')
    await terminal.shows('app     hello from the app')
    terminal.press('l')
    terminal.press('s')
    await terminal.shows('Stop the backend? y / n')
    terminal.press('n')
    await terminal.shows('Nothing was stopped.')
    expect((await stand.item())['state']?.S).toBe('READY')
    terminal.press('s')
    await terminal.shows('Stop the backend? y / n')
    terminal.press('y')
    await terminal.shows('STOPPING')
    const stored = await stand.store(await sqlite('last'))
    await stand.put({ state: 'ASLEEP', stopped_at: nowSeconds() })
    await terminal.shows('The database is stored as version')
    await terminal.shows(stored.slice(0, 12))
    terminal.press('q')
    await isAsFound(0)
  }, 120_000)

  test('fits 160 columns and what it is resized to', async () => {
    await open(160, 45)
    expect(await terminal.shows('Resources')).toMatch(/^Backend {20,}Addresses$/m)
    terminal.resize(80, 24)
    const small = await terminal.shows('… a taller window shows more')
    expect(small).not.toMatch(/Backend {20,}Addresses/)
    expect(small.split('\n')[0]).toMatch(/^stand\/test/)
    expect(small.split('\n').at(-1)).toMatch(/^w wake/)
    terminal.resize(160, 45)
    await terminal.shows(/^Backend {20,}Addresses$/m)
    terminal.press('C-c')
    await isAsFound(130)
  }, 120_000)

  test('a SIGTERM leaves the terminal as it was, too', async () => {
    await open(100, 30)
    const pid = terminal.asks('pane_pid')
    const child = execFileSync('pgrep', ['-P', pid], { encoding: 'utf8' }).trim()
    process.kill(Number(child), 'SIGTERM')
    await isAsFound(130)
  }, 120_000)
})

const NOTES = '--local -m manifests/notes.yaml'

describe.skipIf(missingTmux)(missingTmux ?? 'the dashboard of a stack that really runs', () => {
  let place: Place
  let terminal: Terminal
  beforeEach(async () => {
    place = await localPlace()
    await onFreePort(place)
    await place.storyarch('up', ...NOTES.split(' '), '--yes')
  }, 120_000)
  afterEach(async () => {
    terminal.close()
    await place.close()
  })

  test.each([80, 160])(
    'at %i columns a task wakes, lives, is seen in the log, and stops with its database stored',
    async columns => {
      terminal = openTerminal({ columns, rows: 50 }, place.folder, {})
      terminal.enter(`${STORYARCH} status --watch ${NOTES}; echo ended with $?`)
      await terminal.shows('never woken')
      await terminal.shows(/\d+ of \d+ ready and as the manifest says/)
      terminal.press('w')
      await terminal.shows(/READY +stops in \d/)
      await terminal.shows(/cold start \d/)
      terminal.press('l')
      await terminal.shows('notes: listening on port')
      terminal.press('l')
      terminal.press('s', 'y')
      await terminal.shows('The database is stored as version')
      await terminal.shows(/ASLEEP +since/)
      terminal.press('q')
      await terminal.shows('ended with 0')
    },
    120_000,
  )
})
