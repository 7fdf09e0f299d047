using System.Net;
using System.Text;
using LocalHost;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class RoutesRefuseWhatIsWrong(StorageFixture storage)
{
    [Fact]
    public async Task Bad_input_is_named_unknown_cases_are_404_and_changes_the_state_forbids_are_409()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);

        var (status, body) = await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "maybe" });
        Assert.Equal((400, "invalid_request"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(["by", "decision", "reason"], body.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!.Split(':')[0]).Order());

        foreach (var unknown in new[] { "pr-0000000000000000", "x", "pr-%2F..%2F..%2Fetc00" })
        {
            Assert.Equal(404, (await story.Post($"api/penalty-requests/{unknown}/re-contacts", new { contact = "call-1", by = "agent-7" })).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await story.Desk.GetRaw($"api/penalty-requests/{unknown}")).StatusCode);
        }

        Assert.Equal(409, await Status($"api/penalty-requests/{request.Id}/decision", new { decision = "answered", by = "m-1", reason = "none asked" }));
        Assert.Equal(400, await Outcome("fired", "x", "2026-09-18T20:00:00+09:00"));
        Assert.Equal(400, await Outcome("warning", "", "2026-09-18T20:00:00+09:00"));
        Assert.Equal(400, await Outcome("warning", "x", "2026-09-30T20:00:00+09:00"));
        Assert.Equal(HttpStatusCode.BadRequest, (await story.Desk.GetRaw("api/penalty-requests?state=lost&due=tomorrow")).StatusCode);

        async Task<int> Status(string path, object form) => (await story.Post(path, form)).Status;

        Task<int> Outcome(string kind, string decidedBy, string concludedAt) =>
            Status("api/driver-outcomes", new { caseId = request.Id, kind, decidedBy, concludedAt });
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_413_with_its_length_told_and_without()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        using var http = new HttpClient { BaseAddress = story.Host.BaseAddress };
        http.DefaultRequestHeaders.Add("x-functions-key", DevelopmentSettings.FunctionKey);
        foreach (var chunked in new[] { false, true })
        {
            var body = $$"""{"by":"{{new string('m', 65 * 1024)}}"}""";
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/penalty-requests/pr-0000000000000000/re-contacts")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
                Headers = { TransferEncodingChunked = chunked },
            };
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("manager kim")]
    [InlineData("김매니저")]
    [InlineData("<b>m</b>")]
    [InlineData("")]
    public async Task A_person_is_named_by_an_id(string by)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var (status, answer) = await story.Post(
            "api/penalty-requests/pr-0000000000000000/decision", new { decision = "file", by, reason = "고객 체감의 차이" });
        Assert.Equal(400, status);
        var problem = Assert.Single(answer.GetProperty("problems").EnumerateArray()).GetString();
        Assert.StartsWith("by: an id of letters, digits and ._@:- is required", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_routes_need_the_key_and_show_personal_data_masked()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);

        using var stranger = new HttpClient { BaseAddress = story.Host.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync($"api/penalty-requests/{request.Id}")).StatusCode);

        var shown = (await story.Desk.Case(request.CaseId)).GetRawText();
        Assert.Contains("010-****-5678", shown, StringComparison.Ordinal);
        foreach (var personal in new[] { "1234-5678", "12345678", "홍길동", "급정거" })
        {
            Assert.DoesNotContain(personal, shown, StringComparison.Ordinal);
        }
    }
}
