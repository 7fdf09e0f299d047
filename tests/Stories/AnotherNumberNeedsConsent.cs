using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S19")]
[Collection(OnAzurite.Name)]
public sealed class AnotherNumberNeedsConsent(StorageFixture storage)
{
    internal static readonly ComplaintBody WithConsent = A.Complaint with
    {
        Supervisor = "true",
        CallbackPhone = "010-7777-8888",
        CallbackReadBack = "true",
        ConsentPurpose = "관리자 연락",
        ConsentItems = "전화번호",
        ConsentRetention = "처리 후 30일",
        ConsentRightTold = "true",
        ConsentToldAt = "2026-09-18T22:20:00+09:00",
        ConsentAgreedAt = "2026-09-18T22:21:00+09:00",
        ConsentMethod = "phone",
        ConsentScriptVersion = "callback-number@1",
    };

    [Fact]
    public async Task With_the_read_back_and_every_field_of_the_consent_it_is_phoned_and_the_consent_is_kept()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(WithConsent);

        Assert.Equal("01077778888", (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("phone").GetString());
        var kept = Assert.Single(await new StoredRows(story).Contacts(), row => row.RowKey.StartsWith("consent|", StringComparison.Ordinal));
        Assert.Equal(
            ("+821077778888", "관리자 연락", "전화번호", "처리 후 30일", "phone", "agent-12", "callback-number@1"),
            (kept.GetString("Number"), kept.GetString("Purpose"), kept.GetString("Items"), kept.GetString("Retention"), kept.GetString("Method"),
                kept.GetString("Agent"), kept.GetString("ScriptVersion")));
        Assert.Equal(
            (Kst.Parse("2026-09-18 22:20 KST"), Kst.Parse("2026-09-18 22:21 KST")), (kept.GetDateTimeOffset("ToldAt"), kept.GetDateTimeOffset("AgreedAt")));
    }

    [Fact]
    public async Task Without_any_one_of_them_the_number_is_refused_by_name_and_the_accounts_number_stays()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var complete = (IDictionary<string, object?>)new Dictionary<string, object?>
        {
            ["number"] = "02-1234-5678",
            ["readBack"] = true,
            ["purpose"] = "관리자 연락",
            ["items"] = "전화번호",
            ["retention"] = "처리 후 30일",
            ["rightToRefuseTold"] = true,
            ["toldAt"] = "2026-09-18T22:20:00+09:00",
            ["agreedAt"] = "2026-09-18T22:21:00+09:00",
            ["method"] = "phone",
            ["scriptVersion"] = "callback-number@1",
        };
        var report = await story.File(A.Complaint);
        var path = $"api/penalty-requests/{report.Id}/callbacks";
        foreach (var field in complete.Keys)
        {
            var consent = complete.Where(one => one.Key != field).ToDictionary();
            var (status, problem) = await story.Post(path, new { cause = "supervisor-asked", consent }, Person.Agent);
            Assert.Equal((400, "consent_incomplete"), (status, problem.GetProperty("code").GetString()));
            Assert.Contains($"consent.{field}", problem.GetProperty("problems").EnumerateArray().Select(one => one.GetString()));
        }

        Assert.Equal(404, (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Status);
        Assert.Equal(202, (await story.Post(path, new { cause = "supervisor-asked", consent = complete }, Person.Agent)).Status);
        Assert.Equal("0212345678", (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("phone").GetString());
    }

    [Fact]
    public async Task Of_several_asking_at_once_the_number_of_the_one_that_was_taken_is_phoned()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint);
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(async number =>
        {
            using var response = await story.Desk.Post($"api/penalty-requests/{report.Id}/callbacks", Asking($"0101111000{number}"), Person.Agent);
            return (Status: (int)response.StatusCode, Number: $"0101111000{number}");
        }));
        await story.WhenIdle();

        var taken = Assert.Single(answers, answer => answer.Status == 202);
        Assert.Equal(taken.Number, await Phone(story, report));
    }

    [Fact]
    public async Task Asked_for_again_without_a_consent_it_is_the_accounts_number_and_a_later_consent_on_the_ticket_changes_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint);
        var path = $"api/penalty-requests/{report.Id}/callbacks";
        await story.Post(path, Asking("010-1111-0001"), Person.Agent);
        Assert.Equal("01011110001", await Phone(story, report));
        await story.Post($"api/callbacks/{story.CallbackOf(report)}/result", new { result = "done", reason = "통화 완료" });

        await story.Post(path, new { cause = "supervisor-asked" }, Person.Agent);
        Assert.Equal("01012345678", await Phone(story, report));

        var told = WithConsent with { Account = report.Body.Account, Ticket = report.Body.Ticket };
        await story.Save(told);
        Assert.Equal("01077778888", await Phone(story, report));
        Assert.Single((await story.Received(report)).NoteLines, line => line.Contains("다른 연락처 등록", StringComparison.Ordinal));
        await story.Save(told with { CallbackPhone = "010-5555-6666", ConsentAgreedAt = "2026-09-18T22:20:30+09:00" });
        Assert.Equal("01077778888", await Phone(story, report));
    }

    private static object Asking(string number) => new
    {
        cause = "supervisor-asked",
        consent = new
        {
            number,
            readBack = true,
            purpose = "관리자 연락",
            items = "전화번호",
            retention = "처리 후 30일",
            rightToRefuseTold = true,
            toldAt = "2026-09-18T22:10:00+09:00",
            agreedAt = "2026-09-18T22:11:00+09:00",
            method = "phone",
            scriptVersion = "callback-number@1",
        },
    };

    private static async Task<string?> Phone(Story story, Filed report) =>
        (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("phone").GetString();

    [Fact]
    public async Task On_a_ticket_the_complaint_counts_all_the_same_and_the_note_says_that_the_number_was_refused()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(WithConsent with { CallbackReadBack = "", ConsentRightTold = "false" });

        Assert.Equal(202, report.Answer.Status);
        Assert.Equal("01012345678", (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("phone").GetString());
        Assert.Single((await story.Received(report)).NoteLines, line => line.Contains("다른 연락처 미등록", StringComparison.Ordinal));
        Assert.Contains(
            "다른 연락처 미등록: readBack, rightToRefuseTold",
            (await story.Desk.Case(report.CaseId)).GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()));
        Assert.DoesNotContain(
            await new StoredRows(story).Contacts(),
            row => row.Any(cell => $"{cell.Value}".Contains("77778888", StringComparison.Ordinal)));
    }
}
