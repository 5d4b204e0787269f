// On sign-up the browser says which time zone it is in. Without this script it is UTC until one says otherwise.
const field = document.querySelector("input[name=time_zone]");
if (field && !field.value) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
