/** Shoal's mark: fish that swim one way, and one that does not. */
export function Mark(props: { size: number }) {
  return (
    <svg width={props.size} height={props.size} viewBox="0 0 32 32" aria-hidden="true" className="sh-mark">
      <g fill="currentColor">
        <path d="M3 9.5c3-3.2 7-3.2 10 0l2.6-2v4l-2.6-2c-3 3.200-7 3.200-10 0Z" opacity=".55" />
        <path
          d="M14 6c2.400-2.600 5.600-2.600 8 0l2-1.600v3.200L22 6c-2.400 2.600-5.600 2.600-8 0Z"
          opacity=".35"
        />
        <path d="M15 14.500c3-3.200 7-3.200 10 0l2.600-2v4l-2.600-2c-3 3.200-7 3.200-10 0Z" opacity=".75" />
        <path
          d="M4 18c2.400-2.600 5.600-2.600 8 0l2-1.600v3.200L12 18c-2.400 2.600-5.600 2.600-8 0Z"
          opacity=".45"
        />
      </g>
      <path
        d="M27 24c-4-4.200-9.200-4.200-13.200 0l-3.400-2.600v5.200l3.400-2.600c4 4.200 9.200 4.200 13.200 0Z"
        fill="var(--sh-accent)"
      />
    </svg>
  )
}
