using Penalties.Rules;

namespace Rules.Tests;

public sealed class TermsTests
{
    [Theory]
    [InlineData("대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow", true)]
    [InlineData("대리_고객>이용불편/신고>콜취소/Noshow", true)]
    [InlineData(" 대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow ▶ 자사콜(VIP) ", true)]
    [InlineData("대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow ▶ ", true)]
    [InlineData("대리_고객 ▶ 이용불편/신고", false)]
    [InlineData("대리_기사 ▶ 이용불편/신고 ▶ 콜취소/Noshow", false)]
    [InlineData("대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow ▶ 다른콜", false)]
    [InlineData("", false)]
    public void The_inquiry_path_is_the_scripts_with_or_without_a_call_type(string path, bool isIt) => Assert.Equal(isIt, KoreanTerms.IsInquiryPath(path));

    [Fact]
    public void Every_term_has_the_scripts_word_and_comes_back_from_it()
    {
        Assert.Equal(["자사콜(일반)", "자사콜(VIP)", "제휴콜", "위탁콜", "예약콜", "기타"], Enum.GetValues<CallType>().Select(one => one.Name()));
        Assert.Equal(
            ["콜취소/Noshow", "현금요구", "주차거부", "임의이탈", "음주의심", "미운행 결제취소", "고객&고객센터 욕설", "난폭운전", "안전운전 미준수", "기타"],
            Enum.GetValues<Violation>().Select(one => one.Name()));
        Assert.Equal(["KOC", "KMCC"], Enum.GetValues<Centre>().Select(one => one.Name()));
        Assert.All(KoreanTerms.CallTypeNames, name => Assert.Equal(name, KoreanTerms.CallTypeOf($" {name} ")!.Value.Name()));
        Assert.All(KoreanTerms.ViolationNames, name => Assert.Equal(name, KoreanTerms.ViolationOf(name)!.Value.Name()));
        Assert.All(KoreanTerms.CentreNames, name => Assert.Equal(name, KoreanTerms.CentreOf(name)!.Value.Name()));
        Assert.Equal((6, 10, 2), (KoreanTerms.CallTypeNames.Count, KoreanTerms.ViolationNames.Count, KoreanTerms.CentreNames.Count));
        Assert.Null(KoreanTerms.ViolationOf(null));
        Assert.Null(KoreanTerms.ViolationOf("과속"));
    }

    [Fact]
    public void Suspected_drunk_driving_alone_is_urgent() =>
        Assert.Equal([Violation.SuspectedDrunkDriving], Enum.GetValues<Violation>().Where(one => (A.Complaint with { Violation = one }).IsUrgent));

    [Fact]
    public void Account_ticket_kind_and_ride_make_an_id_that_never_changes()
    {
        Assert.Equal("pr-zv6dexetn2ezhw9a", CaseId.Of("kmob", "1", CaseKind.Penalty));
        string[] ids =
        [
            CaseId.Of("kmob", "1", CaseKind.Penalty), CaseId.Of("kmob", "1", CaseKind.Penalty, 2), CaseId.Of("kmob", "1", CaseKind.Penalty, 3),
            CaseId.Of("kmob", "11", CaseKind.Penalty), CaseId.Of("kmob1", "1", CaseKind.Penalty), CaseId.Of("kmob", "1", CaseKind.Callback),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], CaseId.Of("kmob", "1", CaseKind.Penalty, 1));
        Assert.All(ids, id => Assert.True(CaseId.IsWellFormed(id)));
    }

    [Theory]
    [InlineData("pr-zv6dexetn2ezhw9a", true, false)]
    [InlineData("cb-zv6dexetn2ezhw9a", false, true)]
    [InlineData("xx-zv6dexetn2ezhw9a", false, false)]
    [InlineData("pr-zv6dexetn2ezhw9", false, false)]
    [InlineData("pr-zv6dexetn2ezhw9aa", false, false)]
    [InlineData("pr-zv6dexetn2ezhw9i", false, false)]
    [InlineData("PR-zv6dexetn2ezhw9a", false, false)]
    public void An_id_is_well_formed_or_not_looked_up(string id, bool isCase, bool isCallback)
    {
        Assert.Equal(isCase, CaseId.IsWellFormed(id, CaseKind.Penalty));
        Assert.Equal(isCallback, CaseId.IsWellFormed(id, CaseKind.Callback));
        Assert.Equal(isCase || isCallback, CaseId.IsWellFormed(id));
    }
}
