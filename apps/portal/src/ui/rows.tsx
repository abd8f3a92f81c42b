import { createContext, type ReactNode, useContext } from 'react';

/** Roles are written out, because browsers forget a table's when its parts are drawn as blocks. */
const as = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
};
const Columns = createContext<string[]>([]);

/** A table; at phone width each row stands as a block with the columns' names before its values. */
export function Rows({
  label,
  columns,
  children,
}: {
  label: string;
  columns: string[];
  children: ReactNode;
}) {
  return (
    <Columns value={columns}>
      <table className="rows" {...as.table} aria-label={label}>
        <thead {...as.rowgroup}>
          <tr {...as.row}>
            {columns.map(column => (
              <th key={column} {...as.columnheader} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...as.rowgroup}>{children}</tbody>
      </table>
    </Columns>
  );
}

/** One row: a cell for each column, in their order. */
export function Row({ cells }: { cells: ReactNode[] }) {
  const columns = useContext(Columns);
  return (
    <tr {...as.row}>
      {columns.map((column, index) => (
        <td key={column} {...as.cell} data-column={column}>
          <div>{cells[index]}</div>
        </td>
      ))}
    </tr>
  );
}
