// Draws each chart from its specification; without the drawing script the server's picture stands in.
const picture = (place) => {
  const image = document.createElement("img");
  image.src = place.dataset.picture;
  image.alt = place.dataset.title;
  place.replaceChildren(image);
};

const draw = async (place) => {
  try {
    const answer = await fetch(place.dataset.spec);
    if (!answer.ok) throw new Error(`${answer.status}`);
    // ast: expressions are interpreted, since the page allows no eval, nor styles but its own.
    await window.vegaEmbed(place, await answer.json(), {
      ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true },
    });
    // The figure around it has a name, and the table below it the numbers.
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    place.dataset.drawn = "";
  } catch (error) {
    console.warn(`chart ${place.dataset.title}: ${error}`);
    picture(place);
  }
};

for (const place of document.querySelectorAll("[data-spec]")) draw(place);
