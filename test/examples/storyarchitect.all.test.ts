import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BackendProcess } from './backendProcess.ts'
import { BACKEND_FOLDER, missingDjango, PYTHON, startStories } from './storyarchitectBackend.ts'

const run = promisify(execFile)
const withoutDjango = missingDjango()

describe.skipIf(withoutDjango)(withoutDjango ?? 'the story app', () => {
  let folder: string
  let app: BackendProcess

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storyarch-stories-'))
  })
  afterEach(async () => {
    await app?.stop()
    await rm(folder, { recursive: true })
  })

  const titles = async (): Promise<string[]> => {
    const answer = (await (await fetch(`${app.url}/api/stories/`)).json()) as { stories: { title: string }[] }
    return answer.stories.map(story => story.title)
  }

  const add = (title: string) =>
    fetch(`${app.url}/api/stories/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    })

  test("passes Django's own tests", async () => {
    const env = { ...process.env, DJANGO_DEBUG: '1', PYTHONDONTWRITEBYTECODE: '1' }
    const { stderr } = await run(PYTHON, ['manage.py', 'test'], { cwd: BACKEND_FOLDER, env })
    expect(stderr).toMatch(/Ran \d\d tests[\s\S]*\nOK/)
  })

  test('runs as the manifest says, migrates, and stops cleanly with one whole database file', async () => {
    app = await startStories(folder)
    expect(await (await fetch(`${app.url}/health/`)).json()).toEqual({ status: 'ok' })
    expect((await add('Die Verwandlung')).status).toBe(201)
    expect(await app.stop()).toBe(0)
    expect(await readdir(folder)).toEqual(['db.sqlite3'])
    app = await startStories(folder)
    expect(await titles()).toEqual(['Die Verwandlung'])
  })

  test('answers many at once, all of them', async () => {
    app = await startStories(folder)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => add(`story ${n}`)))
    expect(answers.map(answer => answer.status)).toEqual(Array(40).fill(201))
    expect(await titles()).toHaveLength(40)
  })

  test('shows its admin with its stylesheets, to the admin that the environment names', async () => {
    app = await startStories(folder, {
      DJANGO_SUPERUSER_USERNAME: 'ada',
      DJANGO_SUPERUSER_PASSWORD: 'a long enough one',
    })
    expect(app.output()).toContain('Made the admin ada.')
    const login = await fetch(`${app.url}/admin/login/`)
    const page = await login.text()
    const stylesheet = /href="(\/static\/[^"]+\.css)"/.exec(page)?.[1]
    expect((await fetch(app.url + stylesheet)).headers.get('content-type')).toContain('text/css')
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const welcome = await fetch(`${app.url}/admin/login/`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: login.headers.getSetCookie()[0]?.split(';')[0] ?? '' },
      body: new URLSearchParams({
        csrfmiddlewaretoken: token,
        username: 'ada',
        password: 'a long enough one',
        next: '/admin/',
      }),
    })
    expect([welcome.status, welcome.headers.get('location')]).toEqual([302, '/admin/'])
  })

  test('does not start in production without a key of its own, and says where to keep one', async () => {
    await expect(startStories(folder, { DJANGO_DEBUG: '0' })).rejects.toThrow(
      'name it in the manifest, under backend.secrets',
    )
  })

  test('says what to install where no Python has Django', async () => {
    const none = run(PYTHON, ['-B', '-c', 'import local; local.main([])'], { cwd: BACKEND_FOLDER })
    await expect(none).rejects.toThrow('apt install python3-django')
  })
})
