import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './App.tsx'
import { connectBackend } from './backend/connectBackend.ts'
import { BackendProvider } from './backend/context.ts'
import './style.css'

const place = document.getElementById('root')
if (place === null) throw new Error('index.html has no #root')
const root = createRoot(place)

connectBackend().then(
  backend =>
    root.render(
      <StrictMode>
        <BackendProvider value={backend}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </BackendProvider>
      </StrictMode>,
    ),
  () => root.render(<p role="alert">A part of this page could not be loaded. Try again in a while.</p>),
)
