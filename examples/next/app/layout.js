export const metadata = { title: "hanvox" };

export default function Layout({ children }) {
  return (
    <html lang="zh">
      <body>{children}</body>
    </html>
  );
}
