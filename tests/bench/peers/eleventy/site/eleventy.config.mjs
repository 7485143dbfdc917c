// What pages share is worked out once: neighbours, labels and the pages of each list; templates only write it down.
import { readFileSync } from "node:fs";

const PAGE = 8;
const IN_A_FEED = 20;
const WORDS_A_MINUTE = 213;
const WRITTEN = new Intl.DateTimeFormat("it", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MENU = [
  ["Servizi", "/servizi/"],
  ["Come lavoro", "/come-lavoro/"],
  ["Chi sono", "/chi-sono/"],
  ["Blog", "/blog/"],
  ["Contatti", "/contatti/"],
].map(([name, url]) => ({ name, url }));

const slugs = new Map();
const slug = (name) => {
  if (!slugs.has(name)) slugs.set(name, name.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, "-"));
  return slugs.get(name);
};

/** The pages of a list at an address, each with its posts and its neighbours. */
function paged(title, address, posts) {
  const count = Math.ceil(posts.length / PAGE);
  const url = (number) => (number === 1 ? address : `${address}page/${number}/`);
  return Array.from({ length: count }, (_, at) => ({
    title,
    number: at + 1,
    count,
    url: url(at + 1),
    previous: at ? url(at) : null,
    next: at + 1 < count ? url(at + 2) : null,
    posts: posts.slice(at * PAGE, (at + 1) * PAGE),
  }));
}

/** Posts by label, in the order of the labels. */
function terms(posts, folder, labels) {
  const found = new Map();
  for (const post of posts) {
    for (const name of labels(post)) {
      if (!found.has(name)) found.set(name, { name, url: `/${folder}/${slug(name)}/`, posts: [] });
      found.get(name).posts.push(post);
    }
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

export default function (eleventy) {
  let posts, categories, tags;
  eleventy.on("eleventy.before", () => {
    posts = null;
  });

  function prepare(all) {
    if (posts) return;
    posts = all
      .getAll()
      .filter((item) => item.data.isPost)
      .sort((one, other) => other.date - one.date);
    categories = terms(posts, "categories", (post) => [post.data.category]);
    tags = terms(posts, "labels", (post) => post.data.labels);
    posts.forEach((post, at) => {
      const { data } = post;
      data.day = post.date.toISOString().slice(0, 10);
      data.written = WRITTEN.format(post.date);
      data.minutes = Math.ceil(post.rawInput.split(/\s+/).length / WORDS_A_MINUTE);
      data.filed = { name: data.category, url: `/categories/${slug(data.category)}/` };
      data.marked = data.labels.map((name) => ({ name, url: `/labels/${slug(name)}/` }));
      data.newer = at ? posts[at - 1] : null;
      data.older = posts[at + 1] ?? null;
    });
  }

  const collection = (name, of) =>
    eleventy.addCollection(name, (all) => {
      prepare(all);
      return of();
    });
  collection("posts", () => posts);
  collection("latest", () => posts.slice(0, 3));
  collection("feeds", () => [
    { title: "Peer", url: "/feed.xml", posts: posts.slice(0, IN_A_FEED) },
    ...categories.map(({ name, url, posts }) => ({ title: name, url: `${url}feed.xml`, posts: posts.slice(0, IN_A_FEED) })),
  ]);
  collection("categories", () => categories);
  collection("labels", () => tags);
  collection("lists", () => [
    ...paged("Blog", "/blog/", posts),
    ...[...categories, ...tags].flatMap((one) => paged(one.name, one.url, one.posts)),
  ]);
  collection("years", () => {
    const years = new Map();
    for (const post of posts) {
      const year = post.data.day.slice(0, 4);
      if (!years.has(year)) years.set(year, []);
      years.get(year).push(post);
    }
    return [...years];
  });

  eleventy.addGlobalData("style", readFileSync("style.css", "utf-8"));
  eleventy.addGlobalData("menu", MENU);
  eleventy.addGlobalData("layout", "page.njk");
  eleventy.addGlobalData("site", { title: "Peer", address: "https://bench.example" });
  eleventy.addPassthroughCopy({ static: "/" });
  return {
    dir: { input: "content", includes: "../includes", output: "public" },
    // Texts are Markdown and nothing else.
    markdownTemplateEngine: false,
    htmlTemplateEngine: false,
  };
}
