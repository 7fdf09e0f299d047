// Preload for the npm package solapi, whose address is fixed: what it asks the provider goes to the sandbox. Nothing else leaves the machine.
const provider = "https://api.solapi.com/";
const sandbox = process.env.SANDBOX;
const fetchAnywhere = globalThis.fetch;

globalThis.fetch = async (address, init) => {
  if (address.startsWith(provider)) {
    return fetchAnywhere(`${sandbox}solapi/${address.slice(provider.length)}`, init);
  }
  if (address.startsWith(sandbox)) {
    return fetchAnywhere(address, init);
  }
  throw new Error(`${address} is not the sandbox`);
};
