#!/usr/bin/env bash
# Sends one canonical summary with the run's own OpenID Connect token, whose audience is the summary's digest.
# Reads INSTANCE, REVIEW and SUMMARY_FILE; the runner sets the two ACTIONS_ID_TOKEN_REQUEST_* variables.
set -euo pipefail

fail() { echo "::error::$1"; exit 1; }

[[ "${INSTANCE}" =~ ^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?$ ]] || fail "The instance must look like https://example.org."
[[ "${REVIEW}" =~ ^rev_[0-9a-z]{12}$ ]] || fail "The review must look like rev_ and twelve letters and digits."
[[ -f "${SUMMARY_FILE}" ]] || fail "There is no summary file."
[[ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]] || fail "Grant this job the permission id-token: write."

digest="$(sha256sum < "${SUMMARY_FILE}" | cut -d ' ' -f 1)"
audience="${INSTANCE}/evidence#sha256=${digest}"
work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT
umask 077

# Secrets go through files and standard input, never through arguments, which other processes can read.
printf 'header = "Authorization: Bearer %s"\n' "${ACTIONS_ID_TOKEN_REQUEST_TOKEN}" > "${work}/request"
curl --silent --show-error --fail --proto '=https' --max-time 30 --config "${work}/request" --get \
  --data-urlencode "audience=${audience}" "${ACTIONS_ID_TOKEN_REQUEST_URL}" > "${work}/answer"
jq --exit-status --join-output '.value' "${work}/answer" > "${work}/token"
echo "::add-mask::$(cat "${work}/token")"
jq --null-input --rawfile token "${work}/token" --rawfile summary "${SUMMARY_FILE}" --arg review "${REVIEW}" \
  '{token: $token, summary: $summary, review: $review}' > "${work}/body"
status="$(curl --silent --show-error --proto '=https' --max-time 60 --output "${work}/decision" \
  --write-out '%{http_code}' --header 'content-type: application/json' --data-binary "@${work}/body" \
  "${INSTANCE}/evidence/attestations")"
[[ "${status}" == 201 ]] || fail "The instance answered ${status}: this attestation is not accepted."
jq '.' "${work}/decision"
