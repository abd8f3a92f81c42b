import { Button } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePerson } from '../api/person.ts';
import { paths } from '../paths.ts';
import { PaletteButton } from './palette/palette-button.tsx';
import { PLACES, PLATFORM_PLACES, type PlaceLink, useServed } from './places.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** What stands around every page: the brand, the places, who is signed in. */
export function Frame() {
  const { pathname } = useLocation();
  return (
    <>
      <a href="#content" className="skip">
        Go to the content
      </a>
      <Top key={pathname} />
      {/^\/platform(\/|$)/.test(pathname) ? <PlatformNavigation /> : null}
      <main className="page" id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** At phone width the places and the person stand behind a menu, which a change of place closes. */
function Top() {
  const { name } = usePerson();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false);
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, []);
  return (
    <header className="top" data-open={open}>
      <Link to={paths.home()} className="brand">
        <img src="/icon.svg" alt="" width={24} height={24} />
        Slipway
      </Link>
      <PaletteButton />
      <Button
        className="menu"
        size="compact-sm"
        variant="default"
        aria-expanded={open}
        aria-controls="places"
        onClick={() => setOpen(!open)}
      >
        Menu
      </Button>
      <div className="drawer" id="places">
        <Navigation label="Places" places={PLACES} />
        <div className="person">
          <ThemeChoice />
          {name ? <SignedIn name={name} /> : null}
        </div>
      </div>
    </header>
  );
}

function PlatformNavigation() {
  return (
    <div className="within">
      <Navigation label="Platform" places={PLATFORM_PLACES} exact />
    </div>
  );
}

function Navigation({ label, places, exact }: { label: string; places: PlaceLink[]; exact?: boolean }) {
  return (
    <nav aria-label={label}>
      {useServed(places).map(({ label: text, path }) => (
        <Link key={path} to={path} activeOptions={{ exact: exact ?? path === '/', includeSearch: false }}>
          {text}
        </Link>
      ))}
    </nav>
  );
}

function SignedIn({ name }: { name: string }) {
  return (
    <form method="post" action={paths.signOut()} className="person" id="sign-out">
      <Link to={paths.me()}>{name}</Link>
      <Button type="submit" size="compact-sm" variant="default">
        Sign out
      </Button>
    </form>
  );
}
