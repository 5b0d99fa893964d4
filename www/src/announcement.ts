let place: HTMLElement | undefined;

/** Says something to a screen reader without showing it. */
export function announce(text: string): void {
  if (place === undefined) {
    place = document.createElement("div");
    place.className = "unseen";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  // The same words twice are said twice only when the text changes in between.
  place.textContent = "";
  setTimeout(() => {
    if (place !== undefined) place.textContent = text;
  }, 50);
}
