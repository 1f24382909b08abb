import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { svgOfScreen } from './svgOfScreen.ts'

/**
 * Draws docs/dashboard.svg: the dashboard in a real terminal (tmux), of the notes example that really runs on the embedded
 * AWS and has been used before. `npm run picture`.
 */
const COLUMNS = 110
const ROWS = 44
const TITLE = 'The dashboard of storyarch while a backend runs'
const MANIFEST = 'manifests/notes.yaml'
const LOCAL = ['--local', '-m', MANIFEST]

const root = join(import.meta.dirname, '..')
const bin = join(root, 'bin/storyarch.js')
const folder = mkdtempSync(join(tmpdir(), 'storyarch-picture-'))
for (const part of [MANIFEST, 'examples/notes'])
  cpSync(join(root, part), join(folder, part), { recursive: true })

const storyarch = (...words: string[]): string =>
  execFileSync(process.execPath, [bin, ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
const tmux = (...words: string[]): string =>
  execFileSync('tmux', ['-L', 'storyarch-picture', '-f', '/dev/null', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', FORCE_COLOR: '1' },
  })

/** The screen, with its colours, once it shows `text`. */
const shown = async (text: RegExp): Promise<string> => {
  for (let tries = 0; tries < 300; tries++) {
    if (text.test(tmux('capture-pane', '-p'))) return tmux('capture-pane', '-e', '-p')
    await sleep(100)
  }
  throw new Error(`the dashboard never showed ${text}:\n${tmux('capture-pane', '-p')}`)
}

const writeNote = async (text: string): Promise<void> => {
  const { backend } = JSON.parse(storyarch('status', ...LOCAL, '--json'))
  const headers = { 'content-type': 'application/json' }
  await fetch(`${backend.url}/notes`, { method: 'POST', headers, body: JSON.stringify({ text }) })
}

/** So that the pictured stack knows of which commit it is. */
const commit = (): void => {
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...words], {
      cwd: folder,
    })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'Notes')
}

try {
  commit()
  storyarch('up', ...LOCAL, '--yes')
  for (const note of ['buy milk', 'call Ann']) {
    storyarch('wake', '--wait', ...LOCAL)
    await writeNote(note)
    storyarch('stop', ...LOCAL)
  }
  const size = ['-x', String(COLUMNS), '-y', String(ROWS)]
  tmux('new-session', '-d', ...size, process.execPath, bin, 'status', '--watch', ...LOCAL)
  await shown(/\d+ of \d+ ready/)
  tmux('send-keys', 'w')
  await shown(/READY +stops in/)
  await shown(/cold start \d/)
  const screen = await shown(/\n\n+w wake/)
  writeFileSync(join(root, 'docs/dashboard.svg'), svgOfScreen(screen, COLUMNS, TITLE))
  tmux('send-keys', 'q')
  storyarch('stop', ...LOCAL)
} finally {
  try {
    tmux('kill-server')
  } catch {
    // It ended with its last window.
  }
  storyarch('local', 'stop')
  rmSync(folder, { recursive: true })
}
