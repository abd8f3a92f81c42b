import { Anchor, Button, Text } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { usePerson } from '../api/person.ts';
import { paths } from '../paths.ts';

/** What stands around every page: the brand, the places, who is signed in. */
export function Frame() {
  const { name } = usePerson();
  return (
    <>
      <header className="top">
        <Link to={paths.home()} className="brand">
          <img src="/icon.svg" alt="" width={24} height={24} />
          Slipway
        </Link>
        <nav aria-label="Places">
          <Anchor component={Link} to={paths.home()}>
            Services
          </Anchor>
          <Anchor component={Link} to={paths.create()}>
            Create
          </Anchor>
          <Anchor component={Link} to={paths.platform()}>
            Platform
          </Anchor>
        </nav>
        {name ? (
          <form method="post" action={paths.signOut()} className="person">
            <Text size="sm">{name}</Text>
            <Button type="submit" size="compact-sm" variant="subtle">
              Sign out
            </Button>
          </form>
        ) : null}
      </header>
      <main className="page">
        <Outlet />
      </main>
    </>
  );
}
