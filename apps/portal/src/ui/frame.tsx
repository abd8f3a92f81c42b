import { Button, Text } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { usePerson } from '../api/person.ts';
import { paths } from '../paths.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** What stands around every page: the brand, the places, who is signed in. */
export function Frame() {
  const { name } = usePerson();
  return (
    <>
      <a href="#content" className="skip">
        Go to the content
      </a>
      <header className="top">
        <Link to={paths.home()} className="brand">
          <img src="/icon.svg" alt="" width={24} height={24} />
          Slipway
        </Link>
        <nav aria-label="Places">
          <Link to={paths.home()}>Services</Link>
          <Link to={paths.create()}>Create</Link>
          <Link to={paths.platform()} activeOptions={{ exact: true }}>
            Platform
          </Link>
          <Link to={paths.audit()}>Audit</Link>
        </nav>
        <div className="person">
          <ThemeChoice />
          {name ? <SignedIn name={name} /> : null}
        </div>
      </header>
      <main className="page" id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function SignedIn({ name }: { name: string }) {
  return (
    <form method="post" action={paths.signOut()} className="person">
      <Text>{name}</Text>
      <Button type="submit" size="compact-sm" variant="default">
        Sign out
      </Button>
    </form>
  );
}
