using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Platform.Tests;

/// <summary>Every way a case can go, with personal data wherever people can put it and systems can send it.</summary>
internal static class PersonalDataIsFedIn
{
    /// <summary>Everything personal that is fed in, in every form it could turn up in.</summary>
    public static readonly string[] Words =
    [
        "홍길동", "김서연", "C-77001", "C-88002", "C-99003", "강남역", "정자동", "급정거", "고객이 화를", "운전 중 통화", "착오였다",
        "01012345678", "1234-5678", "+821012345678", "821012345678", "1012345678",
        "01077778888", "7777-8888", "+821077778888", "1077778888",
        // And what lets one in at the systems around us.
        "sandbox-agit-koc", "sandbox-agit-kmcc", "sandbox-agit-bot", "sandbox-zendesk-token", "sandbox-driver-admin-token", "SANDBOXSECRET",
    ];

    /// <summary>All branches of a case. The result is how each case ended; the first was promised an answer.</summary>
    public static async Task<Dictionary<string, string>> Into(Story story)
    {
        const string Written = "홍길동 고객이 화를 많이 냄, 010-1234-5678";
        var numbered = 0;
        ComplaintBody Complaint() => A.FeedbackRequest with
        {
            RideId = $"R-{++numbered}",
            RideOrigin = "강남역 1번 출구",
            RideDestination = "분당구 정자동",
            Text = "급정거와 운전 중 통화",
            CustomerName = "홍길동",
        };

        var answered = await story.File(Complaint());
        await story.Post($"api/penalty-requests/{answered.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        await story.File(answered.Body with { Ticket = "", CustomerName = "김서연" });
        await story.Concludes(answered, "warning", at: "2026-09-18 10:00 KST");

        var failing = await story.File(Complaint() with { RideId = "", RideCalledAt = "2026-09-18T08:00:00+09:00", CustomerId = "C-88002" });
        await story.Concludes(failing, "app-suspension", at: "2026-09-18 10:00 KST");

        var unclear = await story.File(Complaint() with { Unclear = "true", CustomerId = "C-99003" });
        await story.Post($"api/penalty-requests/{unclear.Id}/statement", new { statement = "received", text = Written });
        await story.Get($"api/penalty-requests/{unclear.Id}/decision");
        await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision = "do-not-file", reason = Written });

        var withdrawn = await story.File(Complaint());
        await story.Post($"api/penalty-requests/{withdrawn.Id}/withdrawal", new { reason = "착오였다고 함, 홍길동" }, Person.Agent);

        var appealed = await story.File(Complaint());
        await story.Concludes(appealed, "warning", at: "2026-09-18 10:00 KST");
        await story.Post($"api/penalty-requests/{appealed.Id}/appeal", new { appeal = "filed", reason = Written });
        await story.Post($"api/penalty-requests/{appealed.Id}/appeal", new { appeal = "granted", reason = Written, kind = "no-violation" });

        var lifted = await story.File(Complaint());
        await story.Send(HttpMethod.Delete, $"api/penalty-requests/{lifted.Id}/block", new { reason = Written });
        await story.Post($"api/penalty-requests/{lifted.Id}/hand-over", new { reason = Written, answer = true }, Person.Agent);

        var phoned = await story.File(Complaint() with
        {
            FeedbackStage = "0",
            Supervisor = "true",
            CallbackPhone = "010-7777-8888",
            CallbackReadBack = "true",
            ConsentPurpose = "홍길동에게 연락",
            ConsentItems = "전화번호",
            ConsentRetention = "30일",
            ConsentRightTold = "true",
            ConsentToldAt = "2026-09-18T09:50:00+09:00",
            ConsentAgreedAt = "2026-09-18T09:51:00+09:00",
            ConsentMethod = "phone",
            ConsentScriptVersion = "callback-number@1",
        });
        await story.Get($"api/callbacks/{story.CallbackOf(phoned)}");
        await story.Post($"api/callbacks/{story.CallbackOf(phoned)}/result", new { result = "done", reason = Written });

        var refused = await story.File(Complaint() with { FeedbackStage = "0", Supervisor = "true", CallbackPhone = "010-7777-8888" });
        await story.Post($"api/callbacks/{story.CallbackOf(refused)}/result", new { result = "cancelled", reason = Written });

        // What comes to nothing: rejected, unverified, broken, refused by the routes, systems that are away.
        await story.File(Complaint() with { Violation = "급정거 홍길동", CustomerPhone = "010-1234-5678 홍길동" });
        await story.File(Complaint() with { Verified = "none" });
        await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = "{\"customer_name\":\"홍길동\",\"text\":" });
        await story.Post($"api/penalty-requests/{answered.Id}/decision", new { decision = "홍길동", reason = "" });
        await story.Get($"api/penalty-requests?violation={Uri.EscapeDataString("홍길동")}");
        await story.Post($"api/penalty-requests/{answered.Id}/customer", new { reason = "번호 확인" });
        await story.Post("api/re-contacts", new { contact = "c-1", customerId = "C-77001" }, Person.Agent);
        foreach (var system in new[] { SandboxSystem.Board, SandboxSystem.Crm, SandboxSystem.Sms, SandboxSystem.DriverAdmin })
        {
            // Servers that fail like to say back what they were told: here in words, and as JSON whose names end up in a parser's message.
            await story.World.Order(new() { System = system, Kind = FaultKind.Garbage, Body = $"<p>{Written}, 급정거", Times = 3 });
            await story.World.Order(new() { System = system, Kind = FaultKind.Garbage, Body = $$"""{"{{Written}}":tru}""", Times = 3 });
            await story.World.Order(new() { System = system, Kind = FaultKind.Status, Status = 503, Times = 6 });
        }

        await story.File(Complaint() with { FeedbackStage = "0", CustomerId = "C-88002" });
        await story.World.NextSms(SmsResult.Failed);
        foreach (var day in new[] { "19", "20", "21", "22" })
        {
            await story.AdvanceTo($"2026-09-{day} 12:00 KST");
        }

        await End(story);
        await story.AdvanceTo("2026-10-10 12:00 KST");
        await End(story);

        var list = await story.Desk.List("?size=200");
        var all = list.GetProperty("cases").EnumerateArray()
            .ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("state").GetString()!);
        return all.Where(one => one.Key.StartsWith("pr-", StringComparison.Ordinal)).OrderBy(one => one.Key == answered.Id ? 0 : 1).ToDictionary();
    }

    /// <summary>A manager answers or settles whatever waits for one.</summary>
    private static async Task End(Story story)
    {
        foreach (var open in (await story.Desk.List("?state=WithManager")).GetProperty("cases").EnumerateArray())
        {
            var path = $"api/penalty-requests/{open.GetProperty("id").GetString()}/decision";
            if ((await story.Post(path, new { decision = "answered", reason = "홍길동 고객과 통화" })).Status != 200)
            {
                await story.Post(path, new { decision = "settled", reason = "홍길동 고객과 통화" });
            }
        }
    }
}
