namespace Stories.Tests;

[Trait("Behaviour", "S1")]
[Collection(OnAzurite.Name)]
public sealed class IntakeKnowsTheInquiryPath(StorageFixture storage)
{
    [Fact]
    public async Task The_path_with_each_of_the_six_call_types_files_a_case_and_no_other_path_does()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        foreach (var (callType, ride) in new[] { "자사콜(일반)", "자사콜(VIP)", "제휴콜", "위탁콜", "예약콜", "기타" }.Select((one, n) => (one, n)))
        {
            var filed = await story.File(A.Complaint with { CallType = callType, RideId = $"R-{ride}" });
            Assert.Equal(202, filed.Answer.Status);
            Assert.Equal(callType, (await story.Desk.Case(filed.CaseId)).GetProperty("callType").GetString());
        }

        // The call type may stand at the end of the path, and the path may be parted the plain way.
        var whole = await story.File(A.Complaint with { InquiryPath = "대리_고객 > 이용불편/신고 > 콜취소/Noshow > 제휴콜", CallType = "제휴콜", RideId = "R-7" });
        Assert.Equal(202, whole.Answer.Status);

        foreach (var other in new[] { "대리_기사 ▶ 이용불편/신고 ▶ 콜취소/Noshow", "대리_고객 ▶ 이용불편/신고", "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow ▶ 새 콜" })
        {
            var rejected = await story.File(A.Complaint with { InquiryPath = other, RideId = "R-8" });
            Assert.Equal("rejected", rejected.Json.GetProperty("status").GetString());
            Assert.StartsWith("inquiry_path:", Assert.Single(rejected.Json.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
        }
    }
}
