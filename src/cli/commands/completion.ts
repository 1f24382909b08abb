import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export const completion: Command = {
  name: 'completion',
  summary: 'print the script that completes commands and flags at Tab',
  arguments: [{ name: '<shell>', summary: 'your shell', choices: ['bash', 'zsh', 'fish'] }],
  options: [],
  examples: [
    { line: 'source <(storyarch completion bash)', does: 'in ~/.bashrc (with the bash-completion package)' },
    { line: 'source <(storyarch completion zsh)', does: 'in ~/.zshrc, after compinit' },
    { line: 'storyarch completion fish | source', does: 'in ~/.config/fish/config.fish' },
  ],
  finishesWhenInterrupted: false,
  async run(_flags, _shell, [shell = 'bash']) {
    const { completionScript } = await import('../completion.ts')
    completionScript(shell)
    return exitCode.ok
  },
}
