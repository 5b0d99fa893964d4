/**
 * Shows a popover beside what it belongs to: below, or above when there is more room. It stands in the top layer, so
 * nothing cuts it off.
 */
export function showBeside(popover: HTMLElement, anchor: Element, align: "start" | "end" = "start"): void {
  if (!popover.matches(":popover-open")) popover.showPopover();
  const around = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const edge = 8;
  const below = innerHeight - around.bottom - edge;
  const top = height + 4 <= below || below >= around.top ? around.bottom + 4 : around.top - height - 4;
  const wanted = align === "start" ? around.left : around.right - width;
  popover.style.position = "fixed";
  popover.style.inset = "auto";
  popover.style.top = `${Math.max(edge, Math.min(top, innerHeight - height - edge))}px`;
  popover.style.left = `${Math.max(edge, Math.min(wanted, innerWidth - width - edge))}px`;
}

/** Hides a popover if it is open. */
export function hide(popover: HTMLElement | null | undefined): void {
  if (popover?.matches(":popover-open") === true) popover.hidePopover();
}
