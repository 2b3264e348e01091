"""Mean vector of each language for questions and passages: 384 half floats, base64.

Written by `benchmarks/answers.py --fit` from tests/ai/data/calibration.yaml. Whoever changes them
changes `space.SPACE` too: stored vectors have them taken off.
"""

CENTRES = {
    "query/ru": (
        "bihspgirAKzrKsSr4B0pGIgoPiOpKjedXirAqayo7igbK1qnxqXyqw0oZJlDqZ8pEil5LAapOCRhKp6qj6tiq6spy6rVKyIq"
        "eKkmqCosoqlBqf8lBCxSLPAqGSyBqAUpJ6lFptSohiqDJsopBSSHqo6s2avOqqsq6ikFpvcjCCeyKIIq/ir+Kfiqy6VXqXcl"
        "YyXBpsmcLCJOIgarCibip0qsWqiNqFMoHKlsLCQqVKpsLImi8StsKjupbauqrRuqzqdhKHkpaqkpKv2nDJl7reqkMSerKrKq"
        "sSgtqz2nOytKK1ksXazCpyycjqtXK6OrgSsbqDupMawhq1ipUihuKG8laCS5JkEm4yRNJsMplCuKrHsmxaZ3o06mxClHqJol"
        "ByruKiItv6RCLLeo/CmWqXAsiSk9KY+o/KvRqkInAilEqG+rC61TpuupBqckJXsscqafrBGo0SeEp6wpVCAFK4ukGClFLLwo"
        "Y6TKpY+r4atFqmSqF6nXJfcnC6TKJHUp4qgeq1ypaiUfrHsrHSnsJz+nTahnKeInpChUJFOshyg4qwMpYSmkrB6qMSyNqdil"
        "xR2kKOCoTSk1KWufzSfArvan1CowKWmoSKTaKeCp8qc7pSiuYKayrXOm9CpjKGusaaqwqlspnKzaKl+obKaxKy2k2CRIKPmr"
        "X6lfqhOn/yvWKuMp5KoHKJkoG6goLq4rgitQJ3Wq06ANqvym56t5JZQteqfMo/KrISo5LzisUqcbKpsmZSrdK60lmqjjl7Qo"
        "t6gXqBafaqNpLMipOCsUH+kdqypVqm4nFKhGrDMkZydPq1crPBhjKIEnVSoHKtEpX6nqq1InoilCnuwls6ltqlqsSqkrqFOs"
        "JStIKPirR6f8KZshkxmxqxGp3Ct5qumkOqUULOWpsapiKEIsM6uVKAOoPqu7KR2pRqu6KSwkPa1HJKYrlqSmJ9Cka6h4Ilsp"
        "dqseqe0oBiirK6Eoa59tqKwkWKtQLJwr+akgKMmgG6pBqS4r76ieqgEsgyxkomIq"
    ),
    "query/en": (
        "5ylapXeqr6vqKsirYyCkJjoqyBzzKYAjECxjqbmoQyk7LFCp5aTRrMMnNp1Fq2IqbigdKyWjxSRHK8qsG6tvqE4pGKslKson"
        "Wam5qXIsPKrEoTIq3CrMKhkp6SvJqOwp9adspv6pQSoHKCArKCqFq5ysq6uqqvooQCotqZcl9SRwLBYrqSePKqesx6UHrCsq"
        "3CCMp38iNCInISurhiblqG2sd6iEqIoo5ardK6wqoqsfLFem9SqWKrqrTqvyrGOr3qgFKjUqPqcTLJeoQigHqyioxiSlKy+s"
        "JitqquGpyypOLEErxKrjpnGn46l1KJKpfCxGo8iqHavDqmeo3CayKrcmTBhhJ/slKihYKQkqtitcrHkfgqJBo8uoXCttqUkp"
        "lCxoKc0tXaV5LCGoBStqqKQquCjIJa2naqygqiwp/CgMqp6rQKysphGqqKInJtsrSqkfqLaqaShfqz4q/aCqKh+pkitTLAYp"
        "SqdWqHiqE6ykqeSqqqpaJwwoXabFoTQph6rsqkWrgyZlqqQqByt1KQahNKYEKBsoDClVJNmq1SjSqqkpyiskrNusESyrpb+k"
        "cCCLKu2pVCf+KSSiKSn7rY6rpii1KdmrDKftKgeqF6j2qT2tAqknqqKlMCkqKTmpF6oVqZQpIK0FKpCpMahUKDmjSCRrK1Ws"
        "UqkgqAioQSvUKa4rIKvDKPYi5aRDLSorWinOKMGrIqfzqlqp9atDJQErgqrdqQWpPierLESo56eHKscnfCn1LF4on6Yin3oq"
        "MahZp7+XaKqhKremxisTKJMcLSzJqHUpFqnhqSMhaymfq3co/CNzKfUl8yn6Klgr0qnEqdQmwCpcn5QoH6v/qQOszqmgpn+r"
        "OiiWI4qs2qiaKAMd3BmSqdiq/irYqdCaTabTK6KpnquUJMkoAKpSKE2oc6yLKtWlH6r4KB0sbq1SIx0qsaeRKNalYanYJqUo"
        "NKtMqOIqBSpJKp8sQaJFoSgnb6u/K88qyaqCHT+pkKnyqYcqaqpEqVkoniy1IDYr"
    ),
    "passage/ru": (
        "3qAkpT2pRKq3K5ipIqKRGskrxR2UKa6aZSmgqSWoeyq6KTypaKigqnMk9adXqFEozCvXLNGmdCK6J4KtV6sArEAnLqyOKh0o"
        "FqjKqNgpaKxCqgkoiyoELegqUCuzqEsnC6jJpr+leipfIPgpXZgdqyysBKycqjEo1yrsoT4lNSQNLBIsgizXKTyr5qZjqY8m"
        "ehTqm46h9SOgHveq/iOBqTWsx6fqpxokMqgFLMMqHawjLXshWy2uKYWkdKx+rHGsuaSkKPgovKe7KnGmhp9er72hpieDKaup"
        "iCg6rFWsYCmpK44pgKxZpuUhaK0EKjeq7ymfppqpZqysq3SozigmIXSluB5NJVkpdiTLKBooSSzmrHEo26hIoBiX/ihOp5In"
        "8Sk7LFIsA6ewLL6osCsvqV4sISvvKOmqnKvxqLAndygLp9ypgqympoCqC6hUIrUs36larDmn2ygjGzwqEiTVKw6kSycmK/gn"
        "+6BUpxGq26pgq3mneaasJc4hj6eHJykoQ6VbqAer8gd3rA8ryChfKDame6ctLOUn7x81oJSszyveq9UoWCjxqvyqGSxIptag"
        "8xzHJ6OnxikJKV6d4ynxrVCo1SyMKLupyaaRJ1Ko6adlqLOtEqj/rN6jCyyTKrGtE6nMqvUoH6yZKWumJp6OKlCiXSUfHPGq"
        "6Km/qnCkSChgK0ErJqo5KIoqaqnzLqcqHCs3JN2pp5oSqoGoYKwrI/ss+Kn4qDCtXyhzLnmrJ6c0KKYnySrMKeIpI6mwF/go"
        "/6jgqIOmVKN9LdOqjSsoE4UhrSsoqpsmuagBrOcnGyglrPUrpQAsKTgqlSrDKoUqcKq5q+IosyqrJEkqa6iQqvWr8aiDp+Sp"
        "DSsmKxis2KRuKp6cXyacqzulkipdpwCdfaiVLCWs+6UUKUYtDaneKuinK6xOKm+poajzKVonVq2qJzEr0qWJKdGmJqoLKWAp"
        "zauJpykpyyh7LTUmcaLgp5YlH6z1K0Qs1KlwJWuhYKxNqewpr6tCrW8s/izyG28q"
    ),
    "passage/en": (
        "wxh/pwmoyKg0KrGoupi2Ke4s1KAnKLMmRSm9ptWoWisAKeqpYqEOrNAkpp9/qBQo1SteKtWkPyNoKE2uUqt8qiEoS6w5Jrsh"
        "HqgnqcYqGqxvolMpkybsKhYp5SiyqrontqZfpw6oJyo1JfsotScurB6sqaz4qlIomSzeqO8iRSRcLTYt4ynPKXWsU6ZYrOAr"
        "pgjlpZwZcCL8HDirUR8hrIKsIKnLpf4l5qoRLG4p9av0LOukEixJKaepj6uSqoasL6bSKNkqUaTgLJ2o/CiXrPSjmiWyKDuq"
        "TiyyqlqtDSnuLLwpkqkfowulTa0fKCuoYipxp6yor6ruqwulpyYXKDGkox1EJf0mRyi9KiIopyvVqzgiR6T3oSWpTiqBo2cq"
        "4ixZKmstfqZ0LaGoeSvXqCIrXyq5JJOpAKyaqKwpxCdfqBepq6r+pKKraZ9PJcoqZqkVq/Gp7ChmqFArXKD5KtioRCmhK/Qo"
        "2acBqJipeavzqeeoe6kIJ3gl56bGli8pWahqqvGpLx9eqeYpcitlKDOmg6TuK7Eo0yNcpECq9CreqaAoEyyNqj+tZSlil+um"
        "ASElK3ao6SnUKSQUgihvroesEyrEKa2stKXQKWWoQaqZqu+sjKgyq2mmtiowKgOsHalgqDMp5asCK+6ngaCCJYIe2CFhJROs"
        "AqtfqOqpHyv4KaYtRKnLJ9okFKY8LgopZSdaJ5+qp6FoqlqqdqtvIBEo7aphrQiruCY7LI6ol6ULKiAoQSmBLDErOqYhpuAp"
        "4altp26WUasRKoemnyy4J7gVDS27qNMoE6kcqmkllisSrQcoMyRJJbQpLSo3LKkqo6cUqhoqfixvooYqS6vNq0qpxakApEup"
        "KSh9Kl6sIKkOKfCj0CjqpjGo/yncqhahwqUDLW+qTKgGJdcn9qjXKWyoWKzwKhep3qU4KVouLa1eJhwpnqhfKRqnOKpeLPYm"
        "nasbp+wpqydzLbAs+6TbH6EnWqpxLN4qaKn7EPmnYqyUq44pRqxIrNsoqi3gHDor"
    ),
}
