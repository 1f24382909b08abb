import { Link } from 'react-router'

export const NotFound = () => (
  <>
    <title>Not found · StoryArchitect</title>
    <h1>There is nothing here</h1>
    <p>
      <Link to="/">All stories</Link>
    </p>
  </>
)
