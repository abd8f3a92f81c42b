import { Box, Code } from '@mantine/core';
import { lexer, type Token, type Tokens } from 'marked';
import { createElement, Fragment, type ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import type { MarkdownProps } from './markdown.tsx';
import { safeTarget, written } from './markdown-text.ts';
import './markdown.css';

/** More than this is not set but shown as it is: a page is read by people. */
const MOST_CHARACTERS = 500_000;

interface Setting {
  linkOf: (target: string) => string | undefined;
  /** What is added to the levels of headings. */
  deeper: number;
}

/** Sets Markdown as React elements; no HTML is ever made from its text. */
export default function MarkdownBody({ text, linkOf = () => undefined, level = 2 }: MarkdownProps) {
  if (text.length > MOST_CHARACTERS) return <CodeBlock label="Text" text={text} />;
  return <div className="markdown">{all(lexer(text, { gfm: true }), { linkOf, deeper: level - 1 })}</div>;
}

function all(tokens: Token[] | undefined, setting: Setting): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: the text is set as a whole, nothing in it moves
  return (tokens ?? []).map((token, index) => <Fragment key={index}>{one(token, setting)}</Fragment>);
}

type Setter = (token: never, setting: Setting) => ReactNode;

const SETTERS: Record<string, Setter> = {
  space: () => null,
  def: () => null,
  hr: () => <hr />,
  br: () => <br />,
  heading: ({ depth, tokens }: Tokens.Heading, setting) =>
    createElement(`h${Math.min(6, depth + setting.deeper)}`, {}, all(tokens, setting)),
  paragraph: ({ tokens }: Tokens.Paragraph, setting) => <p>{all(tokens, setting)}</p>,
  blockquote: ({ tokens }: Tokens.Blockquote, setting) => <blockquote>{all(tokens, setting)}</blockquote>,
  code: ({ text, lang }: Tokens.Code) => <CodeBlock label={lang ? `Code in ${lang}` : 'Code'} text={text} />,
  codespan: ({ text }: Tokens.Codespan) => <Code>{text}</Code>,
  strong: ({ tokens }: Tokens.Strong, setting) => <strong>{all(tokens, setting)}</strong>,
  em: ({ tokens }: Tokens.Em, setting) => <em>{all(tokens, setting)}</em>,
  del: ({ tokens }: Tokens.Del, setting) => <del>{all(tokens, setting)}</del>,
  checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  list: ({ ordered, start, items }: Tokens.List, setting) =>
    createElement(
      ordered ? 'ol' : 'ul',
      ordered && start !== 1 ? { start } : {},
      all(items as Token[], setting),
    ),
  list_item: ({ tokens }: Tokens.ListItem, setting) => <li>{all(tokens, setting)}</li>,
  table: (token: Tokens.Table, setting) => setTable(token, setting),
  link: ({ href, tokens }: Tokens.Link, setting) => setLink(href, all(tokens, setting), setting),
  image: ({ href, text }: Tokens.Image, setting) => setLink(href, text || href, setting),
  text: (token: Tokens.Text, setting) => (token.tokens ? all(token.tokens, setting) : written(token.text)),
  escape: ({ text }: Tokens.Escape) => written(text),
};

/** What has no setter, HTML above all, is shown as it was written. */
function one(token: Token, setting: Setting): ReactNode {
  const setter = SETTERS[token.type];
  return setter ? setter(token as never, setting) : token.raw;
}

function setTable({ header, rows }: Tokens.Table, setting: Setting): ReactNode {
  const keyed = <T,>(items: T[]) => items.map((item, index) => ({ item, key: String(index) }));
  return (
    <Box className="wide" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {keyed(header).map(({ item, key }) => (
              <th key={key} scope="col">
                {all(item.tokens, setting)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keyed(rows).map(({ item: row, key }) => (
            <tr key={key}>
              {keyed(row).map(({ item, key: cell }) => (
                <td key={cell}>{all(item.tokens, setting)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}

function setLink(href: string, content: ReactNode, { linkOf }: Setting): ReactNode {
  const target = safeTarget(href, linkOf);
  if (target === undefined) return content;
  return (
    <a href={target} rel="noopener noreferrer">
      {content}
    </a>
  );
}
