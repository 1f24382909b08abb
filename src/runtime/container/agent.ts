/** The program in the agent's containers: `node /agent/agent.js restore` before the app, `… run` beside it. */
const [word] = process.argv.slice(2)
console.log(JSON.stringify({ level: 'error', event: 'not-yet-written', word: word ?? null }))
process.exitCode = 64
