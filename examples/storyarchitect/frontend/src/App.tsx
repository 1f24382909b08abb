import { Link, Route, Routes } from 'react-router'
import { BackendStatus } from './backend/BackendStatus.tsx'
import { NotFound } from './NotFound.tsx'
import { StoryList } from './stories/StoryList.tsx'
import { StoryPage } from './stories/StoryPage.tsx'

export const App = () => (
  <>
    <header>
      <Link to="/" className="brand">
        StoryArchitect
      </Link>
      <BackendStatus />
    </header>
    <main>
      <Routes>
        <Route path="/" element={<StoryList />} />
        <Route path="/stories/:id" element={<StoryPage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </main>
  </>
)
