#!/usr/bin/env node
// Plain CommonJS that even Node 12 parses: an old Node must live long enough to say that it is too old.
'use strict'

var path = require('path')
var version = process.versions.node.split('.').map(Number)

if (version[0] < 22 || (version[0] === 22 && version[1] < 13)) runWithPinnedNode()
else start()

/** The dev dependency `node` puts a current Node beside us; without it we can only say what is wrong. */
function runWithPinnedNode() {
  var pinned = path.join(__dirname, '..', 'node_modules', 'node', 'bin', 'node')
  if (process.env.STORYARCH_RERUN || !require('fs').existsSync(pinned)) {
    process.stderr.write(
      'storyarch needs Node 22.13 or newer; this is Node ' +
        process.versions.node +
        '. Install a current Node.\n',
    )
    process.exitCode = 1
    return
  }
  var child = require('child_process').spawn(pinned, [__filename].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { STORYARCH_RERUN: '1' }),
  })
  // The terminal sends Ctrl-C to both; the child decides when to end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {
    child.kill('SIGTERM')
  })
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal)
    else process.exit(code)
  })
}

function start() {
  var words = process.argv.slice(2)
  var known = knownAnswer(words)
  if (known === undefined) run(words)
  else process.stdout.write(known)
}

/** The version and the help texts are fixed at build time: loading the program for them would double their cost. */
function knownAnswer(words) {
  var last = words[words.length - 1]
  if (words.length === 1 && (last === '--version' || last === '-V'))
    return require('../package.json').version + '\n'
  var asksHelp = words.length === 0 || last === '--help' || last === '-h'
  // A map: an object has more names than were put into it, such as `constructor`.
  return asksHelp
    ? new Map(Object.entries(require('../dist/help.json'))).get(words.slice(0, -1).join(' '))
    : undefined
}

function run(words) {
  require('module').enableCompileCache()

  var interrupts = new AbortController()
  function interrupt() {
    if (interrupts.signal.aborted) process.exit(130)
    interrupts.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // A reader that left (`storyarch plan | head`) must not break off work on AWS.
  process.stdout.on('error', ignoreClosedPipe)
  process.stderr.on('error', ignoreClosedPipe)

  import('../dist/main.js')
    .then(program =>
      program.main(words, {
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        env: process.env,
        directory: '.',
        now: Date.now,
        interrupted: interrupts.signal,
      }),
    )
    .then(code => {
      process.stdout.write('', () => {
        process.exit(code)
      })
    })
}

function ignoreClosedPipe(error) {
  if (error.code !== 'EPIPE') throw error
}
