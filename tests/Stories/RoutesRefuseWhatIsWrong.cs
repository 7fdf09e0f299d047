using System.Net;
using System.Text;

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
        Assert.Equal(["decision", "reason"], body.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!.Split(':')[0]).Order());

        foreach (var unknown in new[] { "pr-0000000000000000", "x", "pr-%2F..%2F..%2Fetc00" })
        {
            Assert.Equal(404, (await story.Post($"api/penalty-requests/{unknown}/re-contacts", new { contact = "call-1" })).Status);
            Assert.Equal(404, (await story.Get($"api/penalty-requests/{unknown}")).Status);
        }

        Assert.Equal(409, await Status($"api/penalty-requests/{request.Id}/decision", new { decision = "answered", reason = "none asked" }));
        Assert.Equal(400, await Outcome("fired", "x", "2026-09-18T20:00:00+09:00"));
        Assert.Equal(400, await Outcome("warning", "", "2026-09-18T20:00:00+09:00"));
        Assert.Equal(400, await Outcome("warning", "x", "2026-09-30T20:00:00+09:00"));

        var (listed, refusal) = await story.Get("api/penalty-requests?state=lost&due=tomorrow&centre=X&violation=Y&driver=%20&kind=no&size=0&continuation=%25");
        Assert.Equal(400, listed);
        Assert.Equal(
            ["centre", "continuation", "driver", "due", "kind", "size", "state", "violation"],
            refusal.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!.Split(':')[0]).Distinct().Order());
        Assert.Equal(400, (await story.Get("api/penalty-requests?continuation=bm90IGEgdG9rZW4=")).Status);

        async Task<int> Status(string path, object form) => (await story.Post(path, form)).Status;

        Task<int> Outcome(string kind, string decidedBy, string concludedAt) =>
            Status($"api/penalty-requests/{request.Id}/outcome", new { kind, decidedBy, concludedAt });
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_413_with_its_length_told_and_without()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        using var http = new HttpClient { BaseAddress = story.Host.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await story.World.Token("manager-2", "manager"));
        foreach (var chunked in new[] { false, true })
        {
            var body = $$"""{"contact":"{{new string('m', 65 * 1024)}}"}""";
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/penalty-requests/pr-0000000000000000/re-contacts")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
                Headers = { TransferEncodingChunked = chunked },
            };
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
    }
}
