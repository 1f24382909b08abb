import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'

/** Why there can be no terminal here; null when there can. */
export const missingTmux: string | null =
  spawnSync('tmux', ['-V']).status === 0 ? null : 'needs tmux (Debian package tmux)'

/** A real terminal with a shell in it. */
export interface Terminal {
  /** Types a line and Enter. */
  enter(line: string): void
  /** Presses keys as tmux names them: `w`, `C-c`. */
  press(...keys: string[]): void
  /** What stands on the screen. */
  screen(): string
  /** Waits until the screen shows `text`; answers the screen. */
  shows(text: string | RegExp): Promise<string>
  resize(columns: number, rows: number): void
  /** One of tmux's own variables: `alternate_on`, `cursor_flag`. */
  asks(variable: string): string
  close(): void
}

/** The machine may be busy. */
const WITHIN = { timeout: 30_000, interval: 100 }

export const openTerminal = (
  { columns, rows }: { readonly columns: number; readonly rows: number },
  cwd: string,
  env: Readonly<Record<string, string>>,
): Terminal => {
  const socket = `storyarch-${randomUUID()}`
  const tmux = (...words: string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
    })
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), 'env PS1="$ " sh')
  const screen = () => tmux('capture-pane', '-p').trimEnd()
  return {
    enter: line => void tmux('send-keys', line, 'Enter'),
    press: (...keys) => void tmux('send-keys', ...keys),
    screen,
    async shows(text) {
      await expect.poll(screen, WITHIN).toMatch(text)
      return screen()
    },
    resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    asks: variable => tmux('display-message', '-p', `#{${variable}}`).trim(),
    close: () => void tmux('kill-server'),
  }
}
