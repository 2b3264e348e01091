const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4.500 12L3.800 5.200c-.1-.9.800-1.500 1.600-1.100l14.400 7c.8.4.8 1.400 0 1.800l-14.400 7c-.8.4-1.700-.2-1.600-1.100zM4.500 12H12",
  down: "M12 5v14M6 13l6 6 6-6",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  alert: "M12 8v5M12 16.500v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  book: "M12 7c-2-1.500-4.500-2-8-2v13c3.500 0 6 .5 8 2 2-1.500 4.500-2 8-2V5c-3.500 0-6 .5-8 2zM12 7v13",
  chevron: "M8 10l4 4 4-4",
  offline:
    "M4 4l16 16M8.500 15.500a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.500M13 9.200a10 10 0 0 1 6 2.800M12 19v.01",
  clip: "M19 11.500l-7.200 7.200a4.500 4.500 0 0 1-6.400-6.400l7.800-7.800a3 3 0 0 1 4.300 4.300l-7.800 7.700a1.500 1.500 0 0 1-2.100-2.100l7-7",
  mic: "M12 15a3 3 0 0 0 3-3V7a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 12a6 6 0 0 0 12 0M12 18v3",
  back: "M19 12H5M11 6l-6 6 6 6",
  history: "M4 6h16M4 12h16M4 18h10",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  star: "M12 4l2.400 5.200 5.600.700-4.100 3.900 1.100 5.600-5-2.800-5 2.800 1.100-5.600L4 9.900l5.600-.700z",
  bot: "M8 9h8a3 3 0 0 1 3 3v3a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3v-3a3 3 0 0 1 3-3zM12 9V5M9.500 13v1M14.500 13v1",
} as const;

export type IconName = keyof typeof PATHS;

/** Always beside words or inside a labelled control, so never read aloud. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
