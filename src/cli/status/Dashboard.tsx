import { Box, type Instance, render, Text, useInput, useWindowSize } from 'ink'
import type { Host } from '../host.ts'
import type { Board } from './board.ts'
import type { Ink, Line } from './line.ts'
import { window } from './screen.ts'

interface Props {
  readonly board: Board
  readonly press: (key: string) => void
}

const LOOKS: Readonly<Record<Ink, { color?: string; bold?: boolean; dimColor?: boolean }>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  red: { color: 'red' },
  green: { color: 'green' },
  yellow: { color: 'yellow' },
  cyan: { color: 'cyan' },
  magenta: { color: 'magenta' },
}

/** Draws the board to the window's size and hands on its keys. It decides nothing. */
const Dashboard = ({ board, press }: Props) => {
  const { columns, rows } = useWindowSize()
  useInput((input, key) => {
    if (key.ctrl && input === 'c') press('ctrl-c')
    else for (const letter of input) press(letter)
  })
  return (
    <Box flexDirection="column">
      {window(board, { columns, rows }).map((line, row) => (
        <Row key={row} line={line} />
      ))}
    </Box>
  )
}

const Row = ({ line }: { readonly line: Line }) => (
  <Text wrap="truncate">
    {line.length === 0
      ? ' '
      : line.map(({ text, ink }, place) => (
          <Text key={place} {...LOOKS[ink]}>
            {text}
          </Text>
        ))}
  </Text>
)

export interface Shown {
  show(board: Board): void
  /** Puts the terminal back as it was found. */
  close(): Promise<void>
}

/** Opens the dashboard on a screen of its own in the terminal. */
export const openDashboard = (host: Host, first: Board, press: (key: string) => void): Shown => {
  const instance: Instance = render(<Dashboard board={first} press={press} />, {
    stdout: host.stdout as NodeJS.WritableStream,
    stdin: host.stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    interactive: true,
    incrementalRendering: true,
  })
  return {
    show: board => instance.rerender(<Dashboard board={board} press={press} />),
    close: async () => {
      instance.unmount()
      await instance.waitUntilExit()
    },
  }
}
