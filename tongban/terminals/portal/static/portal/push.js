// Lets this browser take pushes: asks the person, subscribes with the push service, hands the subscription to the form.
// Without a key pushes are made up, and the form works as it stands.

const form = document.querySelector("[data-push]");
const key = form?.dataset.push;

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  const worker = await navigator.serviceWorker.ready;
  const kept = await worker.pushManager.getSubscription();
  await kept?.unsubscribe(); // it may have been made with another key
  return (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
}

if (key && "serviceWorker" in navigator && "PushManager" in window) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { endpoint, keys } = await subscribe();
      Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
        if (form.elements[name]) form.elements[name].value = value;
      });
      form.submit();
    } catch {
      form.querySelector("[data-push-status]").textContent = form.dataset.pushRefused;
    }
  });
}
